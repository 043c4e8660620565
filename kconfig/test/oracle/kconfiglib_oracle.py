"""Answers what Kconfiglib makes of trees and configurations.

Reads one JSON object {root, configs} from standard input: the first Kconfig file (below $srctree) and the texts of
.config files. Prints {symbols, values}: the symbols it knows with their types, and for each configuration the lines it
would write, by symbol. Kconfiglib 14.1 does not know the `modules` line of newer trees, so a patched copy is used.
"""
import importlib.util
import json
import os
import sys
import tempfile

spec = importlib.util.find_spec("kconfiglib")
with open(spec.origin) as source:
    text = source.read()
patched = text.replace(
    "            elif t0 is _T_OPTION:\n",
    "            elif t0 is _T_MODULES:\n                pass\n\n            elif t0 is _T_OPTION:\n",
    1,
)
assert patched != text
kconfiglib = importlib.util.module_from_spec(spec)
exec(compile(patched, spec.origin, "exec"), kconfiglib.__dict__)

request = json.load(sys.stdin)
try:
    tree = kconfiglib.Kconfig(request["root"], warn=False)
except kconfiglib.KconfigError as error:
    json.dump({"error": str(error)}, sys.stdout)
    sys.exit()

defined = tree.unique_defined_syms


def load(config):
    with tempfile.NamedTemporaryFile("w", suffix=".config", encoding="latin-1", delete=False) as file:
        file.write(config)
    try:
        tree.load_config(file.name)
    finally:
        os.unlink(file.name)
    return {sym.name: sym.config_string.rstrip("\n") for sym in defined if sym.config_string}


answer = {
    "symbols": {sym.name: kconfiglib.TYPE_TO_STR[sym.orig_type] for sym in defined},
    "values": [load(config) for config in request["configs"]],
}
json.dump(answer, sys.stdout)
