import { platformNames } from "@muster/core/device/platform/shape.ts";
import { useQueryClient } from "@tanstack/react-query";
import { Laptop } from "lucide-react";
import { type Device, devicesQuery, markDevice } from "#lib/devices.ts";
import { Badge } from "#ui/badge.tsx";
import { Button } from "#ui/button.tsx";
import { Time } from "#ui/time.tsx";
import { CanaryButton } from "./canary-button.tsx";
import { hasExpired } from "./text.ts";

type Kind = "rename" | "revoke";

export const buttonId = ({ id }: Device, kind: Kind) => `${kind}-${id}`;

export function DeviceRow({ device, onAsk }: { device: Device; onAsk: (kind: Kind) => void }) {
  const { id, name, platform, app, appVersion, organization, isCanary, linkedAt, contactAt, wipingSince } = device;
  const queryClient = useQueryClient();
  return (
    <li className="flex min-h-15 flex-wrap items-center gap-x-3 gap-y-2 border-b border-border px-5 py-2.5 last:border-b-0">
      <span className="grid size-9 shrink-0 place-items-center rounded-lg border border-border bg-surface-2 text-fg-2">
        <Laptop className="size-4" />
      </span>
      <div className="min-w-0 flex-1 basis-52">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
          <span className="wrap-anywhere">{name}</span>
          {wipingSince !== undefined && <Badge tone="warning">Revoked, not wiped yet</Badge>}
          {hasExpired(device) && <Badge>Expired</Badge>}
          {isCanary && <Badge>Canary</Badge>}
        </p>
        <p className="text-sm text-fg-3 wrap-anywhere">
          {organization.name ?? "An organization that you are not in"} · {platformNames[platform]} · {app} {appVersion}
        </p>
        <p className="text-sm text-fg-3">
          Last contact <Time at={contactAt} /> · linked <Time at={linkedAt} />
        </p>
        {isCanary && <p className="text-sm text-fg-3">Gets changes of the settings with the first wave.</p>}
        {hasExpired(device) && (
          <p className="text-sm text-fg-3">
            Its link ended after 90 days without contact. Link it again, or revoke it.
          </p>
        )}
      </div>
      {wipingSince === undefined && (
        <div className="flex flex-wrap gap-2 max-sm:w-full">
          <CanaryButton
            device={device}
            isNamed
            onMark={(value) => markDevice({ device: id, isCanary: value })}
            onDone={() => queryClient.invalidateQueries({ queryKey: devicesQuery.queryKey })}
          />
          <Button id={buttonId(device, "rename")} aria-label={`Rename ${name}`} onClick={() => onAsk("rename")}>
            Rename
          </Button>
          <Button id={buttonId(device, "revoke")} aria-label={`Revoke ${name}`} onClick={() => onAsk("revoke")}>
            Revoke
          </Button>
        </div>
      )}
    </li>
  );
}
