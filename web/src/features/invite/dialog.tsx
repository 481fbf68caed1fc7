import type { Organization } from "#lib/api.ts";
import { Dialog } from "#ui/dialog.tsx";
import { ResultStep } from "./result-step.tsx";
import { ReviewStep } from "./review-step.tsx";
import { useInvite } from "./use-invite.ts";
import { WriteStep } from "./write-step.tsx";

type Props = { organization: Organization; isOpen: boolean; onClose: () => void };

/** Invites people in three steps. Nothing is sent before a review, and the input outlives the dialog. */
export function InviteDialog({ organization, isOpen, onClose }: Props) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={`Invite people to ${organization.name}`} width="wide">
      <Steps organization={organization} onClose={onClose} />
    </Dialog>
  );
}

function Steps({ organization, onClose }: Omit<Props, "isOpen">) {
  const invite = useInvite(organization.id, onClose);
  const { step } = invite;
  switch (step.name) {
    case "write":
      return <WriteStep invite={invite} organization={organization} />;
    case "review":
      return <ReviewStep invite={invite} step={step} organization={organization} />;
    case "result":
      return <ResultStep invite={invite} step={step} organization={organization} onClose={onClose} />;
  }
}
