import { platformNames } from "@muster/core/device/platform/shape.ts";
import { useQueryClient } from "@tanstack/react-query";
import { Laptop } from "lucide-react";
import { type Device, devicesQuery, markDevice } from "#lib/devices.ts";
import { Badge } from "#ui/badge.tsx";
import { Button } from "#ui/button.tsx";
import { ItemRow } from "#ui/item-row.tsx";
import { Time } from "#ui/time.tsx";
import { CanaryButton } from "./canary-button.tsx";
import { hasExpired } from "./text.ts";

type Kind = "rename" | "revoke";

export const buttonId = ({ id }: Device, kind: Kind) => `${kind}-${id}`;

export function DeviceRow({ device, onAsk }: { device: Device; onAsk: (kind: Kind) => void }) {
  const { id, name, platform, app, appVersion, organization, isCanary, linkedAt, contactAt, wipingSince } = device;
  const queryClient = useQueryClient();
  return (
    <ItemRow
      icon={Laptop}
      title={
        <>
          <span className="wrap-anywhere">{name}</span>
          {wipingSince !== undefined && <Badge tone="warning">Revoked, not wiped yet</Badge>}
          {hasExpired(device) && <Badge>Expired</Badge>}
          {isCanary && <Badge>Canary</Badge>}
        </>
      }
      actions={
        wipingSince === undefined && (
          <>
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
          </>
        )
      }
    >
      <p>
        {organization.name ?? "An organization that you are not in"} · {platformNames[platform]} · {app} {appVersion}
      </p>
      <p>
        Last contact <Time at={contactAt} /> · linked <Time at={linkedAt} />
      </p>
      {isCanary && <p>Gets changes of the settings with the first wave.</p>}
      {hasExpired(device) && <p>Its link ended after 90 days without contact. Link it again, or revoke it.</p>}
    </ItemRow>
  );
}
