/** Joins class names and drops falsy ones. Later CSS wins, not the later class: never pass two that conflict. */
export function cn(...names: (string | false | null | undefined)[]) {
  return names.filter(Boolean).join(" ");
}
