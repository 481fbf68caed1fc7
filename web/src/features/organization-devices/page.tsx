import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { MonitorSmartphone } from "lucide-react";
import { Gate, PageGate } from "#features/failure/gate.tsx";
import { labelOf } from "#features/settings/setting-text.ts";
import type { Organization } from "#lib/api.ts";
import { type DeviceFilter, type DeviceSummary, deviceSummaryQuery } from "#lib/organization-devices.ts";
import { useFormat } from "#lib/use-format.ts";
import { buttonClass } from "#ui/button.tsx";
import { PageHeader, Section } from "#ui/card.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { Loading } from "#ui/loading.tsx";
import { Breakdown } from "./breakdown.tsx";
import { readFilter } from "./filter.ts";
import { DeviceList } from "./list.tsx";
import { StatusBar } from "./status-bar.tsx";
import { codeTextOf, sectionText } from "./text.ts";
import { Timeline } from "./timeline.tsx";
import { Toolbar } from "./toolbar.tsx";

const from = "/_signed-in/organizations/$organization/devices/";

export function DevicesPage() {
  return (
    <PageGate page="devices" skeleton={skeleton}>
      {(organization) => <Devices organization={organization} />}
    </PageGate>
  );
}

function Devices({ organization: { id } }: { organization: Organization }) {
  const filter = useSearch({ from });
  const navigate = useNavigate({ from: "/organizations/$organization/devices/" });
  const summary = useQuery(deviceSummaryQuery(id));

  // Back undoes the last filter
  function change(changes: { [K in keyof DeviceFilter]?: string | undefined }) {
    void navigate({ search: (before) => readFilter({ ...before, ...changes }), resetScroll: false });
  }

  const clear = () => void navigate({ search: {}, resetScroll: false });
  return (
    <Gate
      query={summary}
      skeleton={skeleton}
      head={
        <PageHeader
          title="Devices"
          description="How far each device has got with your settings. Every report is signed by its device."
        />
      }
    >
      {(found) =>
        Object.values(found.statuses).every((count) => count === 0) ? (
          <NoDevices />
        ) : (
          <div className="grid gap-4">
            <StatusBar summary={found} chosen={filter.status} onChoose={(status) => change({ status })} />
            <div className="grid items-start gap-4 lg:grid-cols-2">
              <Timeline summary={found} />
              <Breakdown summary={found} filter={filter} onChoose={(by, value) => change({ [by]: value })} />
            </div>
            <Refusals refusals={found.refusals} />
            <Toolbar organizationId={id} summary={found} filter={filter} onChange={change} onClear={clear} />
            <DeviceList organizationId={id} filter={filter} onClear={clear} />
            <p className="text-sm text-fg-3">
              Devices are compared with the newest revision of the settings. Changes without a revision reach devices
              too, but are not counted here: who is in which team, what members choose, and your operator’s defaults.
            </p>
          </div>
        )
      }
    </Gate>
  );
}

const skeleton = (
  <Loading what="the devices" className="grid gap-4" lines={["h-6 w-32", "h-32 rounded-xl", "h-64 rounded-xl"]} />
);

/** Explains how to link the first device. */
function NoDevices() {
  return (
    <div className="card">
      <EmptyState
        icon={MonitorSmartphone}
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

/** Shows the settings that devices refuse, why, and what to do about it. */
function Refusals({ refusals }: Pick<DeviceSummary, "refusals">) {
  const format = useFormat();
  if (refusals.length === 0) {
    return null;
  }
  return (
    <Section title="Refused settings" description="Current settings that some devices refuse, and why.">
      <ul className="divide-y divide-border border-t border-border">
        {refusals.map(({ section, code, key, message, devices }) => {
          const { label, advice } = codeTextOf(code);
          return (
            <li key={`${section} ${code} ${key}`} className="flex items-start gap-4 px-5 py-3">
              <div className="min-w-0 flex-1">
                <p className="font-medium wrap-anywhere">
                  {key === undefined ? sectionText[section] : labelOf(key)}
                  <span className="text-fg-2"> · {label}</span>
                </p>
                {message !== undefined && (
                  <p className="mt-0.5 text-sm text-fg-2 wrap-anywhere">
                    {devices === 1 ? "It says" : "One of them says, for example"}: “{message}”
                  </p>
                )}
                <p className="mt-1 text-sm text-fg-2">
                  <span className="font-medium text-fg">What to do:</span> {advice}
                </p>
              </div>
              <span className="tabular shrink-0 text-sm font-medium">{format.plural(devices, "device")}</span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
