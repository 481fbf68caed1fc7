/** Verified and waiting ones together. */
export const maxDomainsPerOrganization = 50;
/** Hours between checks of a verified domain by the clock. */
export const checkHours = 24;
/** Hours between checks of one that waits, whose record is lost, or whose name servers did not answer. */
export const retryHours = 1;
/** Hours that the clock checks a waiting domain after a person added or checked it. */
export const waitingHours = 72;
/** Days that a domain stays verified while its record is lost. */
export const warningDays = 7;
/** Hours that people join by a verified domain whose name servers do not answer. */
export const unreachableHours = 24;
/** Characters of a domain: its record and the random names beside it have a place before it. */
export const maxDomainLength = 200;
