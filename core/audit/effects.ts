/** What an event does to the numbers that are shown, never to those that decide. */
export function effects(type: string): Readonly<Record<string, number>> {
  return table[type] ?? {};
}

const table: Record<string, Record<string, number>> = {
  "organization.created": { active: 1, owner: 1 },
};
