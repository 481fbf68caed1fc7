import { useRef } from "react";

/** The same request sent again is the same one, which must not happen twice; another one is another. */
export function useRequestKey() {
  const last = useRef({ request: "", key: "" });
  return (request: string) => {
    if (last.current.request !== request) {
      last.current = { request, key: crypto.randomUUID() };
    }
    return last.current.key;
  };
}
