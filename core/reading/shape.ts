/** Contents of a column that a person can choose. Columns that are ignored are only in the reports. */
export const columnNames = ["email", "name", "first_name", "last_name", "role", "teams", "status", "ignore"] as const;
export type ColumnName = (typeof columnNames)[number];
