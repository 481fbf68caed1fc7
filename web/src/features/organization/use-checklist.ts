import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Organization } from "#lib/api.ts";
import { accountQuery, invitationsQuery, managersQuery } from "#lib/queries.ts";
import { local } from "#lib/storage.ts";
import { type Facts, type Memory, type Step, viewOf } from "./checklist.ts";
import { managersOf } from "./managers.ts";

/** The facts that the steps are about, for owners and admins; nothing before all of them are known. */
export function useFacts({ id, seats }: Organization): Facts | undefined {
  const { data: account } = useQuery(accountQuery);
  const { used, held } = seats ?? {};
  const isAlone = used === 1;
  const { data: members } = useQuery({ ...managersQuery(id), enabled: !isAlone });
  const isNew = isAlone && held === 0;
  const { data: ended } = useInfiniteQuery({ ...invitationsQuery(id, { tab: "ended" }), enabled: isNew });
  if (account === undefined || used === undefined || held === undefined) {
    return undefined;
  }
  if ((isNew && ended === undefined) || (!isAlone && members === undefined)) {
    return undefined;
  }
  const hasEnded = ended?.pages.some(({ items }) => items.length > 0) ?? false;
  return { account, seats: { used, held }, managers: isAlone ? 1 : managersOf(members).managers.length, hasEnded };
}

/** Which steps are shown, and how to dismiss them; this browser stores it under the key. */
export function useChecklist(key: string, steps: Step[]) {
  const [memory, setMemory] = useState(() => readMemory(local.read(key)));
  const view = viewOf(memory, steps);

  if (view === "steps" && memory === undefined) {
    setMemory("open");
  }

  // The confirmation is shown once: it stays until the page is left, and does not return.
  useEffect(() => {
    if (view !== "nothing") {
      local.write(key, view === "steps" ? "open" : "over");
    }
  }, [key, view]);

  function remember(next: "open" | "over") {
    local.write(key, next);
    setMemory(next);
  }

  return { view, dismiss: () => remember("over"), bringBack: () => remember("open") };
}

function readMemory(text: string | null): Memory {
  return text === "open" || text === "over" ? text : undefined;
}
