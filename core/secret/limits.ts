/** Of all kinds together. */
export const maxSecretsPerOrganization = 50;
/** Checks with the provider that people may ask for. */
export const checksPerSecret10Minutes = 5;
export const checksPerOrganizationHour = 100;
/** Times of replacements that are kept. */
export const maxReplacements = 50;
/** Teams that one secret may be restricted to. Each is checked in the write that names it. */
export const maxTeamsOfSecret = 50;
