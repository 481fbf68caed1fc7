/** Stands where it is told for how many members a change changes something, until that is known. */
export function Counting() {
  return <p className="flex min-h-8 items-center text-sm text-fg-2">Counting members …</p>;
}
