import { Laptop, Smartphone, Terminal } from "lucide-react";
import type { Session } from "#lib/api.ts";
import { describeAgent } from "#lib/user-agent.ts";
import { Badge } from "#ui/badge.tsx";
import { Button } from "#ui/button.tsx";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { Time } from "#ui/time.tsx";

const pictures = { computer: Laptop, phone: Smartphone, script: Terminal };

export function SessionRow({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const device = describeAgent(session.agent);
  const Picture = pictures[device.kind];
  return (
    <li className="flex min-h-15 items-center gap-3 border-b border-border px-5 py-2.5 last:border-b-0">
      <span className="grid size-9 shrink-0 place-items-center rounded-lg border border-border bg-surface-2 text-fg-2">
        <Picture className="size-4" />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
          <span title={session.agent}>{device.name}</span>
          {session.current && <Badge tone="success">This session</Badge>}
        </p>
        <p className="text-sm text-fg-3">
          Last used <Time at={session.usedAt} /> · signed in <Time at={session.createdAt} />
        </p>
      </div>
      {!session.current && (
        <Button aria-label={`End session: ${device.name}`} onClick={onEnd}>
          End session
        </Button>
      )}
    </li>
  );
}

export function SessionsSkeleton() {
  return (
    <Loading what="your sessions" className="border-t border-border">
      {["one", "other"].map((place) => (
        <div key={place} className="flex h-15 items-center gap-3 border-b border-border px-5 last:border-b-0">
          <Skeleton className="size-9 rounded-lg" />
          <div className="grid gap-1.5">
            <Skeleton className="h-4 w-36" />
            <Skeleton className="h-3.5 w-52" />
          </div>
        </div>
      ))}
    </Loading>
  );
}
