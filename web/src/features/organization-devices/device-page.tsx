import { platformNames } from "@muster/core/device/platform/shape.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { type ReactNode, useState } from "react";
import { CanaryButton } from "#features/devices/canary-button.tsx";
import { Gate, PageGate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { type Organization } from "#lib/api.ts";
import {
  markOrganizationDevice,
  type OrganizationDevice,
  organizationDeviceQuery,
  organizationDevicesKey,
  revokeOrganizationDevice,
} from "#lib/organization-devices.ts";
import { pageOf } from "#lib/page-of.ts";
import { useTitle } from "#lib/title.ts";
import { useFormat } from "#lib/use-format.ts";
import { Badge } from "#ui/badge.tsx";
import { Button } from "#ui/button.tsx";
import { PageHeader, Section } from "#ui/card.tsx";
import { CopyableId } from "#ui/copy-button.tsx";
import { Confirm } from "#ui/dialog.tsx";
import { Loading } from "#ui/loading.tsx";
import { Time } from "#ui/time.tsx";
import { toast, toastFailure } from "#ui/toast.ts";
import { Receipts } from "./receipts.tsx";
import { codeTextOf, sectionText, stateText, statusText, wipeText } from "./text.ts";

export function DevicePage() {
  return (
    <PageGate page="devices" skeleton={skeleton} hasOwnTitle>
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
    <Gate query={device} skeleton={skeleton}>
      {(found) => (
        <>
          <Link
            {...pageOf(organization.id, "/devices")}
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

const skeleton = (
  <Loading what="the device" className="grid gap-4" lines={["h-6 w-48", "h-40 rounded-xl", "h-56 rounded-xl"]} />
);

type Props = { organizationId: string; device: OrganizationDevice; blocked: string | undefined };

/** Revokes a device after saying what that does. */
function RevokeButton({ organizationId, device: { id, name }, blocked }: Props) {
  const [isOpen, setOpen] = useState(false);
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeOrganizationDevice(organizationId, id),
    onSuccess: () => toast(`${name} is revoked`),
    onError: (error) => toastFailure(`${name} was not revoked`, error),
    onSettled: () => queryClient.invalidateQueries({ queryKey: organizationDevicesKey(organizationId) }),
  });
  return (
    <>
      <Button blocked={blocked} isBusy={revoke.isPending} onClick={() => setOpen(true)}>
        Revoke device
      </Button>
      <Confirm
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        title={`Revoke ${name}?`}
        action="Revoke device"
        onConfirm={() => {
          setOpen(false);
          revoke.mutate();
        }}
      >
        <ul className="grid list-disc gap-1.5 pl-4">
          <li>It gets nothing more, from its next request on.</li>
          <li>It removes what it got when it is next in contact. Until it confirms that, it is listed as not wiped.</li>
          <li>Its member stays a member, and can link it again.</li>
        </ul>
      </Confirm>
    </>
  );
}
