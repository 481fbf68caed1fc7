import { platformNames } from "@muster/core/device/platform/shape.ts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import { CanaryButton } from "#features/devices/canary-button.tsx";
import { Gate, PageGate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import {
  markOrganizationDevice,
  type OrganizationDevice,
  organizationDeviceQuery,
  organizationDevicesKey,
} from "#lib/organization-devices.ts";
import { useTitle } from "#lib/title.ts";
import { useFormat } from "#lib/use-format.ts";
import { Badge } from "#ui/badge.tsx";
import { PageHeader, Section } from "#ui/card.tsx";
import { CopyableId } from "#ui/copy-button.tsx";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { Time } from "#ui/time.tsx";
import { Receipts } from "./receipts.tsx";
import { RevokeButton } from "./revoke-button.tsx";
import { codeTextOf, sectionText, stateText, statusText, wipeText } from "./text.ts";

export function DevicePage() {
  return (
    <PageGate page="devices" skeleton={<DeviceSkeleton />} hasOwnTitle>
      {(organization) => <Device organization={organization} />}
    </PageGate>
  );
}

function Device({ organization }: { organization: Organization }) {
  const { device: id = "" } = useParams({ strict: false });
  const device = useQuery(organizationDeviceQuery(organization.id, id));
  const queryClient = useQueryClient();
  useTitle(`${device.data?.name ?? "Device"} · ${organization.name}`);
  return (
    <Gate query={device} skeleton={<DeviceSkeleton />}>
      {(found) => (
        <>
          <Link
            to="/organizations/$organization/devices"
            params={{ organization: organization.id }}
            className="mb-3 inline-flex items-center gap-1 text-sm text-fg-2 hover:text-fg"
          >
            <ChevronLeft className="size-4" />
            Devices
          </Link>
          <PageHeader
            title={
              <span className="flex flex-wrap items-center gap-2">
                <span className="wrap-anywhere">{found.name}</span>
                <Badge tone={statusText[found.status].tone}>{statusText[found.status].label}</Badge>
                {found.isCanary && <Badge>Canary</Badge>}
              </span>
            }
            description={statusText[found.status].sentence}
            actions={
              found.wipe === undefined &&
              found.wipedAt === undefined && (
                <>
                  <CanaryButton
                    device={found}
                    onMark={(isCanary) => markOrganizationDevice(organization.id, found.id, isCanary)}
                    onDone={() => queryClient.invalidateQueries({ queryKey: organizationDevicesKey(organization.id) })}
                    blocked={whyBlocked(organization, "device.mark")}
                  />
                  <RevokeButton
                    organizationId={organization.id}
                    device={found}
                    blocked={whyBlocked(organization, "device.revoke")}
                  />
                </>
              )
            }
          />
          <div className="grid gap-4">
            <About device={found} />
            <Sections device={found} />
            <Receipts organizationId={organization.id} device={found.id} />
          </div>
        </>
      )}
    </Gate>
  );
}

function About({ device }: { device: OrganizationDevice }) {
  const format = useFormat();
  const { id, memberName, platform, app, appVersion, isCanary, linkedAt, contactAt, inForce, wipe, wipedAt } = device;
  const facts: [string, ReactNode][] = [
    ["Member", memberName ?? "Former member"],
    ["Platform", platformNames[platform]],
    ["Client", `${app} ${appVersion}`],
    ["Last contact", <Time key="contact" at={contactAt} />],
    ["Linked", <Time key="linked" at={linkedAt} />],
    [
      "Revision in force",
      inForce ? (
        <span key="revision">
          {format.number(inForce.revision)}, since <Time at={inForce.since} />
        </span>
      ) : (
        "None yet"
      ),
    ],
    ["Changes in waves", isCanary ? "With the first wave, as a canary" : "With its wave"],
    ["ID", <CopyableId key="id" id={id} label="device ID" />],
  ];
  if (wipe) {
    facts.push([
      "Has to wipe",
      <>
        {wipeText[wipe.reason]} <Time at={wipe.at} />
      </>,
    ]);
  }
  if (wipe || wipedAt !== undefined) {
    facts.push(["Wipe confirmed", wipedAt === undefined ? "Not confirmed" : <Time at={wipedAt} />]);
  }
  return (
    <Section title="Device">
      <dl className="grid gap-x-8 gap-y-3 px-5 pb-5 text-sm sm:grid-cols-2 lg:grid-cols-3">
        {facts.map(([label, value]) => (
          <div key={label} className="min-w-0">
            <dt className="text-fg-3">{label}</dt>
            <dd className="mt-0.5 wrap-anywhere">{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

/** In the order of the settings. */
const placeOf = (section: string) => Object.keys(sectionText).indexOf(section);

function Sections({ device: { report } }: { device: OrganizationDevice }) {
  const format = useFormat();
  const reported = Object.entries(report?.sections ?? {}).toSorted(([one], [other]) => placeOf(one) - placeOf(other));
  return (
    <Section title="Sections" description="What the device has reported last of each section of the settings.">
      {reported.length === 0 && <p className="px-5 pb-5 text-sm text-fg-3">It has not reported anything yet.</p>}
      <ul className="divide-y divide-border border-t border-border empty:hidden">
        {reported.map(([section, { state, revision, at, code, message, key }]) => (
          <li key={section} className="px-5 py-3">
            <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span className="font-medium">{sectionText[section] ?? section}</span>
              <Badge tone={state === "refused" ? "danger" : state === "enforced" ? "success" : "neutral"}>
                {stateText[state]}
              </Badge>
              <span className="tabular text-sm text-fg-3">
                Revision {format.number(revision)} · <Time at={at} />
              </span>
            </p>
            {state === "refused" && (
              <div className="mt-1 text-sm text-fg-2">
                <p className="wrap-anywhere">
                  {key !== undefined && <code>{key}: </code>}
                  {codeTextOf(code).label}
                  {message !== undefined && ` — “${message}”`}
                </p>
                <p className="mt-0.5">
                  <span className="font-medium text-fg">What to do:</span> {codeTextOf(code).advice}
                </p>
              </div>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function DeviceSkeleton() {
  return (
    <Loading what="the device" className="grid gap-4">
      <Skeleton className="h-6 w-48" />
      <Skeleton className="h-40 w-full rounded-xl" />
      <Skeleton className="h-56 w-full rounded-xl" />
    </Loading>
  );
}
