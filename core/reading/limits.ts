/** Encoding, separator and columns are decided over so much of a file, and kept for the rest of it. */
export const prefixBytes = 256 * 1024;
/** Characters of a word of a file's role column, that a person can say what it stands for. */
export const maxRoleWord = 100;
