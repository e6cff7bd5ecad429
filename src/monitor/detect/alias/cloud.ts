import type { Aliases } from "./alias.ts";

/** Rules use the vendor's own JSON paths; Elastic's integrations keep the same values under these names. */
export const AWS: Aliases = {
  prefixes: ["aws.cloudtrail.", "detail."],
  always: {
    eventName: ["event.action"],
    eventSource: ["event.provider"],
    sourceIPAddress: ["source.address", "source.ip"],
    userAgent: ["user_agent.original"],
    awsRegion: ["cloud.region"],
    errorCode: ["aws.cloudtrail.error_code"],
    errorMessage: ["aws.cloudtrail.error_message"],
    "userIdentity.type": ["aws.cloudtrail.user_identity.type"],
    "userIdentity.arn": ["aws.cloudtrail.user_identity.arn"],
  },
  byCategory: {},
};

export const AZURE: Aliases = {
  prefixes: ["properties.", "azure.signinlogs.properties.", "azure.auditlogs.properties.", "azure.activitylogs."],
  always: { operationName: ["properties.activityDisplayName"], properties: ["Properties"] },
  byCategory: {},
};

export const GCP: Aliases = {
  prefixes: ["protoPayload.", "data.protoPayload.", "gcp.audit."],
  always: {
    "gcp.audit.method_name": ["protoPayload.methodName", "data.protoPayload.methodName"],
    "gcp.audit.service_name": ["protoPayload.serviceName", "data.protoPayload.serviceName"],
  },
  byCategory: {},
};

export const M365: Aliases = {
  prefixes: ["o365.audit."],
  always: { eventSource: ["Workload"], eventName: ["Operation"] },
  byCategory: {},
};
export const OKTA: Aliases = {
  prefixes: ["okta."],
  always: { eventtype: ["eventType", "event.action"] },
  byCategory: {},
};
export const GITHUB: Aliases = { prefixes: ["github."], always: {}, byCategory: {} };
