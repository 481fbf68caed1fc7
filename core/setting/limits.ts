// In characters of JSON, if nothing else is said.

/** All that a team overrides. */
export const maxTeamLength = 100_000;
/** Teams whose overrides one revision changes: each is a row, a check and an event of one transaction. */
export const maxTeamsAtOnce = 25;
/** Characters of the overrides of several teams that one revision keeps. */
export const maxTeamPatchLength = 100_000;
/** All that a member chooses. It lies on the membership, which every request reads. */
export const maxOwnLength = 8_000;
/** All entries of a list. */
export const maxListLength = 2_500_000;
/** A list that a section still holds itself. */
export const maxInlineLength = 32_000;
/** Entries of a list that is answered with all other settings of a member. */
export const maxShownEntries = 100;
/** Characters of a note. */
export const maxNote = 500;
