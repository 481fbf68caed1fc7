import { platformNames } from "@muster/core/device/platform/shape.ts";
import { type ReactNode, useState } from "react";
import { ReauthenticationDialog } from "#features/reauthentication/dialog.tsx";
import { useReauthenticatedTask } from "#features/reauthentication/use-reauthentication.ts";
import { approveDevice, denyDevice, type WaitingDevice } from "#lib/devices.ts";
import { useTask } from "#lib/use-task.ts";
import { Banner, ErrorBanner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { SelectField } from "#ui/native-select.tsx";
import { Time } from "#ui/time.tsx";
import { NoOrganization, type Outcome } from "./done.tsx";

type Props = { device: WaitingDevice; onOutcome: (outcome: Outcome) => void; onBack: () => void };

const approveId = "approve-device";

/** Shows what would be approved, and asks. */
export function ReviewStep({ device, onOutcome, onBack }: Props) {
  const { userCode, name, app, appVersion, platform, ip, isSameNetwork, requestedAt, organizations } = device;
  const [organization, setOrganization] = useState<string | undefined>(
    organizations.length === 1 ? organizations[0]?.id : undefined,
  );
  const approve = useReauthenticatedTask(async (wanted: string) => {
    const { redirectTo, organization: place } = await approveDevice({ userCode, organization: wanted });
    leaveFor(redirectTo);
    onOutcome({ state: "linked", device: name, organization: place.name, isReturning: redirectTo !== undefined });
  });
  const deny = useTask<void>(async () => {
    const { redirectTo } = await denyDevice(userCode);
    leaveFor(redirectTo);
    onOutcome({ state: "denied", device: name });
  });
  const failure = approve.failure ?? deny.failure;

  return (
    <Section title={`Link ${name}?`}>
      <div className="grid gap-4 px-5 pt-1 pb-5">
        <Banner tone="warning">
          Only continue if you started this yourself, and the device shows{" "}
          <strong className="whitespace-nowrap">{userCode}</strong>.
        </Banner>
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2 text-sm">
          <Fact label="Device">{name}</Fact>
          <Fact label="System">{platformNames[platform]}</Fact>
          <Fact label="Client">
            {app} {appVersion}
          </Fact>
          <Fact label="Network">
            {ip}
            <span className={isSameNetwork ? "text-fg-3" : "font-medium text-warning-text"}>
              {isSameNetwork ? " · the same as yours" : " · not the one that you use now"}
            </span>
          </Fact>
          <Fact label="Requested">
            <Time at={requestedAt} />
          </Fact>
        </dl>
        {organizations.length === 0 && <NoOrganization />}
        {organizations.length === 1 && (
          <p className="text-sm text-fg-2">
            It gets the settings of <strong className="font-medium text-fg">{organizations[0]?.name}</strong>.
          </p>
        )}
        {organizations.length > 1 && (
          <SelectField
            label="Organization"
            hint="The device gets its settings."
            value={organization ?? ""}
            options={[
              ...(organization === undefined ? [{ value: "", label: "Choose an organization" }] : []),
              ...organizations.map(({ id, name: label }) => ({ value: id, label })),
            ]}
            onChoose={setOrganization}
          />
        )}
        <ErrorBanner error={failure} />
        <div className="flex flex-wrap gap-2">
          {organizations.length > 0 && (
            <Button
              id={approveId}
              variant="primary"
              size="large"
              isBusy={approve.isBusy}
              blocked={organization === undefined ? "Choose an organization first." : undefined}
              onClick={() => organization !== undefined && void approve.run(organization)}
            >
              Approve
            </Button>
          )}
          <Button variant="secondary" size="large" isBusy={deny.isBusy} onClick={() => void deny.run()}>
            Deny
          </Button>
          <Button variant="ghost" size="large" onClick={onBack}>
            Enter another code
          </Button>
        </div>
      </div>
      <ReauthenticationDialog
        reauthentication={approve.reauthentication}
        what="Linking a device"
        onCancel={approve.reauthentication.cancel}
        returnFocus={() => document.getElementById(approveId)}
      />
    </Section>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-fg-3">{label}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </>
  );
}

/** A client on this computer waits for the browser. */
function leaveFor(address: string | undefined) {
  if (address !== undefined) {
    window.location.assign(address);
  }
}
