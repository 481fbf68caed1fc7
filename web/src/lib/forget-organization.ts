import type { QueryClient } from "@tanstack/react-query";

/**
 * Forgets what is known of an organization that is gone for the caller. The page that is being left still shows some of it,
 * and would ask for it again: that is forgotten once it is shown no longer.
 */
export function forgetOrganization(client: QueryClient, id: string): void {
  const queryKey = ["organization", id];
  const cache = client.getQueryCache();
  const isForgotten = () => {
    client.removeQueries({ queryKey, type: "inactive" });
    return cache.findAll({ queryKey }).length === 0;
  };
  if (isForgotten()) {
    return;
  }
  const stop = cache.subscribe(({ type }) => {
    if (type === "observerRemoved" && isForgotten()) {
      stop();
    }
  });
}
