import { Link } from "@tanstack/react-router";
import { MonitorSmartphone } from "lucide-react";
import { buttonClass } from "#ui/button.tsx";
import { EmptyState } from "#ui/empty-state.tsx";

/** How the first device is linked. */
export function NoDevices() {
  return (
    <div className="card">
      <EmptyState
        picture={
          <span className="grid size-10 place-items-center rounded-xl border border-border bg-surface-2 text-fg-3">
            <MonitorSmartphone className="size-5" />
          </span>
        }
        title="No linked devices yet"
        action={
          <Link to="/link" className={buttonClass({ variant: "primary", size: "large" })}>
            Enter a code
          </Link>
        }
      >
        A linked device gets the settings of this organization, enforces them, and reports it here. Start the client on
        a computer: it shows a code. Enter the code here, compare, and approve.
      </EmptyState>
      <div className="border-t border-border px-5 py-4 text-sm text-fg-2">
        <p>To try it with the reference client, in a terminal, in a checkout of Muster’s source code:</p>
        <pre className="mt-2 rounded-lg border border-border bg-surface-2 px-3 py-2 text-xs wrap-anywhere whitespace-pre-wrap text-fg">
          <code>{`npm ci\nnpm run agent -- link ${window.location.origin}\nnpm run agent -- run`}</code>
        </pre>
      </div>
    </div>
  );
}
