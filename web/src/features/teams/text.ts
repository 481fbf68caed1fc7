/** "No members", "1 member", "1,204 members". */
export function memberText(count: number, number: (value: number) => string) {
  if (count === 0) {
    return "No members";
  }
  return `${number(count)} ${count === 1 ? "member" : "members"}`;
}
