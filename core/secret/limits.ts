/** Of all kinds together. */
export const maxSecretsPerOrganization = 50;
/** Times of replacements that are kept. */
export const maxReplacements = 50;
/** Teams that one secret may be restricted to. Each is checked in the write that names it. */
export const maxTeamsOfSecret = 50;
