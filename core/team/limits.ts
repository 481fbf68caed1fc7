/** No request reads all of them, but settings files and previews read those that override something. */
export const maxTeamsPerOrganization = 5000;
/** Teams that one member may be in. */
export const maxTeams = 30;
/** Members that one request adds or removes. */
export const maxAccounts = 50;
export const pageSize = 100;
/** Teams that a search returns at once. Each is a row. */
export const foundAtOnce = 25;
