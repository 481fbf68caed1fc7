import { useQuery } from "@tanstack/react-query";
import { Bell, BellOff, Ellipsis, Flag, History, Link2, Pencil, Pin, PinOff, Trash2, UserX } from "lucide-react";
import { useState } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import { may, type Permission } from "#features/rights/permissions.ts";
import type { Organization } from "#lib/api.ts";
import { accountQuery } from "#lib/queries.ts";
import type { Update } from "#lib/updates.ts";
import { buttonClass } from "#ui/button.tsx";
import { Menu, MenuItem, MenuSeparator } from "#ui/menu.tsx";
import { opened } from "#ui/opened.tsx";
import { toast, toastFailure } from "#ui/toast.ts";
import { useDelete, useMute, usePin } from "./use-update.ts";

const DeleteAllDialog = opened(async () => (await import("./delete-all-dialog.tsx")).DeleteAllDialog);
const HistoryDialog = opened(async () => (await import("./history-dialog.tsx")).HistoryDialog);
const ReportDialog = opened(async () => (await import("./report-dialog.tsx")).ReportDialog);

type Props = {
  organization: Organization;
  update: Update;
  onEdit: () => void;
  onGone?: (() => void) | undefined;
};

export function CardMenu({ organization, update, onEdit, onGone }: Props) {
  const { id: organizationId, role } = organization;
  const { id, title, pinnedAt, editedAt, may: granted } = update;
  const { isMuted } = update.own;
  const [isOpened, setOpened] = useState(false);
  const [isDeletingAll, setDeletingAll] = useState(false);
  const [isReporting, setReporting] = useState(false);
  const { data: me } = useQuery(accountQuery);
  const pin = usePin(organizationId, id);
  const mute = useMute(organizationId, id);
  const remove = useDelete(organizationId, update);
  const isPinned = pinnedAt !== undefined;
  const blocked = (permission: Permission) => whyBlocked(organization, permission, { target: { isOwn: true } });

  async function copyLink() {
    try {
      await navigator.clipboard.writeText(`${window.location.origin}/organizations/${organizationId}/updates/${id}`);
      toast("Link copied");
    } catch (error) {
      toastFailure("The link was not copied", error);
    }
  }

  return (
    <>
      <Menu
        trigger={
          <button
            type="button"
            aria-label={`Actions for ${title}`}
            className={buttonClass({ variant: "ghost", size: "icon" }, "-mt-1 -mr-1.5 data-popup-open:bg-surface-3")}
          >
            <Ellipsis />
          </button>
        }
      >
        {granted.edit && (
          <MenuItem icon={<Pencil />} blocked={blocked("update.edit")} onClick={onEdit}>
            Edit
          </MenuItem>
        )}
        {granted.pin && (
          <MenuItem
            icon={isPinned ? <PinOff /> : <Pin />}
            blocked={whyBlocked(organization, "update.pin", { target: { isLed: true } })}
            onClick={() => pin.mutate(!isPinned)}
          >
            {isPinned ? "Unpin" : "Pin to the top"}
          </MenuItem>
        )}
        <MenuItem
          icon={isMuted ? <Bell /> : <BellOff />}
          blocked={whyBlocked(organization, "update.mute")}
          onClick={() => mute.mutate(!isMuted)}
        >
          {isMuted ? "Unmute this update" : "Mute this update"}
        </MenuItem>
        <MenuItem icon={<Link2 />} onClick={() => void copyLink()}>
          Copy link
        </MenuItem>
        {editedAt !== undefined && may(role, "update.history") && (
          <MenuItem icon={<History />} onClick={() => setOpened(true)}>
            Show edits
          </MenuItem>
        )}
        {update.author.account !== me?.id && (
          <MenuItem icon={<Flag />} blocked={blocked("update.report")} onClick={() => setReporting(true)}>
            Report…
          </MenuItem>
        )}
        {granted.remove && (
          <>
            <MenuSeparator />
            <MenuItem
              isDangerous
              icon={<Trash2 />}
              blocked={blocked("update.remove")}
              onClick={() => remove.mutate(undefined, onGone && { onSuccess: onGone })}
            >
              Delete
            </MenuItem>
          </>
        )}
        {update.author.name === undefined && may(role, "update.removeByAuthor") && (
          <MenuItem
            isDangerous
            icon={<UserX />}
            blocked={blocked("update.removeByAuthor")}
            onClick={() => setDeletingAll(true)}
          >
            Delete everything this person wrote…
          </MenuItem>
        )}
      </Menu>
      <DeleteAllDialog
        organizationId={organizationId}
        account={update.author.account}
        isOpen={isDeletingAll}
        onClose={() => setDeletingAll(false)}
        onGone={onGone}
      />
      <ReportDialog
        organizationId={organizationId}
        thing={{ update: id }}
        isOpen={isReporting}
        onClose={() => setReporting(false)}
      />
      <HistoryDialog
        organizationId={organizationId}
        update={update}
        isOpen={isOpened}
        onClose={() => setOpened(false)}
      />
    </>
  );
}
