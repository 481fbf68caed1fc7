/** Joins class names and drops what is falsy. Later CSS wins, not the later class: never pass two that disagree. */
export function cn(...names: (string | false | null | undefined)[]) {
  return names.filter(Boolean).join(" ");
}
