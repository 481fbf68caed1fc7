/** The pattern of a ULID, which follows the prefix of an id. */
export const idBody = "[0-7][0-9A-HJKMNP-TV-Z]{25}";
