/** What `import ... from 'azbuild'` gives to a component's manifest and to shog.config.ts. */
export { defineComponent } from './component/manifest.ts'
export type { ComponentManifest, InitCall, InitLevel, Arch } from './component/manifest.ts'
export { defineConfig } from './app/config.ts'
export type { AppConfig, Budget, DeclaredSyscall, ImageConfig, WorkspaceConfig } from './app/config.ts'
