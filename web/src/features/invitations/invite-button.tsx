import { useNavigate } from "@tanstack/react-router";
import { UserPlus } from "lucide-react";
import { Button } from "#ui/button.tsx";

/** Opens the dialog that invites people to the current organization. */
export function InviteButton({ isCompact = false, blocked }: { isCompact?: boolean; blocked?: string | undefined }) {
  const open = useOpenInvite();
  return (
    <Button
      variant="primary"
      aria-label="Invite people"
      title={blocked === undefined ? "Invite people (I)" : undefined}
      blocked={blocked}
      aria-keyshortcuts="I"
      onClick={open}
      className={isCompact ? "shrink-0 max-sm:size-9 max-sm:px-0" : ""}
    >
      <UserPlus />
      <span className={isCompact ? "max-sm:sr-only" : ""}>Invite people</span>
    </Button>
  );
}

function useOpenInvite() {
  const navigate = useNavigate();
  return () =>
    void navigate({ to: ".", search: (present) => ({ ...present, dialog: "invite" as const }), resetScroll: false });
}
