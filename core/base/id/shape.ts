/** What follows the prefix of an id, as a pattern: a ULID. */
export const idBody = "[0-7][0-9A-HJKMNP-TV-Z]{25}";
