/** The names of all of them are read at once, to show whose teams are which. */
export const maxTeamsPerOrganization = 1000;
/** Teams that one member may be in. */
export const maxTeams = 30;
/** Members that one request adds or removes. */
export const maxAccounts = 50;
export const pageSize = 100;
