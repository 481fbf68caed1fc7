/** Of a file. */
export const maxMebibytes = 256;
export const maxBytes = maxMebibytes * 1024 * 1024;
/** An import, its file and its reports are kept for so long. */
export const keptDays = 90;
/** An upload is kept for so long, though its import copies it: imports of an earlier release read the upload itself. */
export const uploadDays = keptDays;
/** An upload form works for so long. */
export const uploadMinutes = 60;
/** A link to a report works for so long. */
export const downloadMinutes = 5;
/** Of a file, that a person can say what they hold. */
export const maxChosenColumns = 1_000;
/** Words of a file's role column, that a person can say what they stand for. */
export const maxRoleWords = 20;
/** Characters of the name of a file. */
export const maxFileName = 200;
export const pageSize = 25;
export const rowsPerPage = 100;
