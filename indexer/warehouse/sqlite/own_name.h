/* Properties in which a thing is named as others know it: kept as references of the thing itself
 * (derive.c), and looked up by relations whose far end is named so (relate.c).
 *
 * NAME: the host under which it is reached, as a Kubernetes service knows its load balancer; the
 * name of a Pulumi stack, as a stack reference has it.
 * EXPORT: the name under which a CloudFormation stack exports it, as Fn::ImportValue has it. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_OWN_NAME_H
#define IX_INDEXER_WAREHOUSE_SQLITE_OWN_NAME_H

#define IX_SQLITE_NAME_PATHS(ROW)                                                                  \
    ROW("dns_name") ROW("DNSName") ROW("dnsName") ROW("fqdn") ROW("$stack")
#define IX_SQLITE_EXPORT_PATHS(ROW) ROW("$Exports") ROW("Outputs.ExportName")

#define IX_SQLITE_PATH_TEXT(path) IX_SV_INIT(path),

#endif
