import { useLocation } from "@tanstack/react-router";

/** Returns the comment that the address of the page links to. */
export function useLinkedComment() {
  const hash = useLocation({ select: (location) => location.hash });
  return hash.startsWith("com_") ? hash : undefined;
}
