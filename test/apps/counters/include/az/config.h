/* An app is compiled before its kernel is chosen: the contracts it reads are those that no symbol changes. */
