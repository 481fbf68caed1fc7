/** Shown while a preview counts the members that a change reaches. */
export function Counting() {
  return <p className="flex min-h-8 items-center text-sm text-fg-2">Counting members …</p>;
}
