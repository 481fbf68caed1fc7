export const keptDays = 30;
export const pageSize = 50;
/** People that the texts of one author notify in an hour. */
export const peoplePerHour = 300;
/** Teams whose members the texts of one author notify in an hour. */
export const teamsPerHour = 10;
/** A mention of a larger team notifies its members in the product only. */
export const maxMailedTeam = 200;
