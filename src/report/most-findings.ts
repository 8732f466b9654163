/** Findings that a report tells; a broken model of many layers can have thousands, all of which are in the JSON. */
export const mostFindings = 100;
