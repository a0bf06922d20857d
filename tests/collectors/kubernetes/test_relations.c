/* Relations of one small cluster, each by itself, and those that must not be there. */
#include <criterion/criterion.h>

#include "tests/support/collected.h"

#define DEPLOYMENT "shop/Deployment.apps/web"
#define POD_SPEC   "spec.template.spec."

static const struct {
    const char *type, *from, *to, *path;
} relations[] = {
    {"owner", "shop/ReplicaSet.apps/web-5d", "11111111-0000-0000-0000-000000000001",
     "metadata.ownerReferences[0]"},
    {"owner", "elsewhere/Pod/other", "Node/node-a", NULL},
    {"runs_on", "shop/Pod/web-5d-1", "Node/node-a", "spec.nodeName"},
    {"uses", DEPLOYMENT, "shop/ServiceAccount/web", POD_SPEC "serviceAccountName"},
    {"uses", DEPLOYMENT, "shop/Secret/registry", POD_SPEC "imagePullSecrets[0]"},
    {"uses", DEPLOYMENT, "PriorityClass.scheduling.k8s.io/high", POD_SPEC "priorityClassName"},
    {"uses", DEPLOYMENT, "shop/PersistentVolumeClaim/data",
     POD_SPEC "volumes[0].persistentVolumeClaim.claimName"},
    {"uses", DEPLOYMENT, "shop/ConfigMap/settings", POD_SPEC "volumes[1].configMap"},
    {"uses", DEPLOYMENT, "shop/Secret/tls", POD_SPEC "volumes[2].secret.secretName"},
    {"uses", DEPLOYMENT, "shop/Secret/projected",
     POD_SPEC "volumes[3].projected.sources[0].secret"},
    {"uses", DEPLOYMENT, "shop/ConfigMap/settings",
     POD_SPEC "containers[0].env[1].valueFrom.configMapKeyRef"},
    {"uses", DEPLOYMENT, "shop/Secret/keys",
     POD_SPEC "containers[0].env[2].valueFrom.secretKeyRef"},
    {"uses", DEPLOYMENT, "shop/ConfigMap/more-settings",
     POD_SPEC "containers[0].envFrom[0].configMapRef"},
    {"uses", DEPLOYMENT, "shop/Secret/more-keys", POD_SPEC "containers[0].envFrom[1].secretRef"},
    {"uses", "shop/CronJob.batch/nightly", "shop/ServiceAccount/nightly",
     "spec.jobTemplate.spec.template.spec.serviceAccountName"},
    {"uses", "shop/PersistentVolumeClaim/data", "PersistentVolume/pv-1", "spec.volumeName"},
    {"uses", "shop/PersistentVolumeClaim/data", "StorageClass.storage.k8s.io/fast", NULL},
    {"attached_to", "PersistentVolume/pv-1", "shop/PersistentVolumeClaim/data", "spec.claimRef"},
    {"represents", "PersistentVolume/pv-1", "vol-0abc", "spec.csi.volumeHandle"},
    {"represents", "PersistentVolume/pv-2", "disk-2", NULL},
    {"represents", "Node/node-a", "i-0abc", "spec.providerID"},
    {"represents", "shop/Service/web", "web-123.elb.us-east-1.amazonaws.com",
     "status.loadBalancer.ingress[0].hostname"},
    {"represents", "shop/Service/web", "203.0.113.7", "status.loadBalancer.ingress[1].ip"},
    {"uses", "shop/ServiceAccount/web", "arn:aws:iam::123456789012:role/web",
     "metadata.annotations[\"eks.amazonaws.com/role-arn\"]"},
    {"uses", "shop/ServiceAccount/web", "shop/Secret/registry", "imagePullSecrets[0]"},
    {"targets", "shop/Ingress.networking.k8s.io/front", "shop/Service/web",
     "spec.rules[0].http.paths[0].backend.service"},
    {"targets", "shop/Ingress.networking.k8s.io/front", "shop/Service/fallback", NULL},
    {"uses", "shop/Ingress.networking.k8s.io/front", "shop/Secret/tls", "spec.tls[0].secretName"},
    {"uses", "shop/Ingress.networking.k8s.io/front", "IngressClass.networking.k8s.io/nginx", NULL},
    {"uses", "shop/RoleBinding.rbac.authorization.k8s.io/readers",
     "ClusterRole.rbac.authorization.k8s.io/view", "roleRef"},
    {"attached_to", "shop/RoleBinding.rbac.authorization.k8s.io/readers",
     "other/ServiceAccount/web", "subjects[0]"},
    {"targets", "shop/HorizontalPodAutoscaler.autoscaling/web", DEPLOYMENT, "spec.scaleTargetRef"},
    {"targets", "ValidatingWebhookConfiguration.admissionregistration.k8s.io/checks",
     "shop/Service/web", "webhooks[0].clientConfig.service"},
    {"targets", "APIService.apiregistration.k8s.io/v1.metrics", "kube-system/Service/metrics",
     "spec.service"},
};

static struct collected shop;

static void read_shop(void) {
    collect_fixture(&shop, "shop.yaml");
    cr_assert_eq(shop.code, IX_OK, "%s", shop.err.text);
}

static void drop_shop(void) {
    collected_done(&shop);
}

TestSuite(kubernetes_relations, .init = read_shop, .fini = drop_shop);

Test(kubernetes_relations, come_from_every_reference) {
    for (size_t i = 0; i < sizeof relations / sizeof *relations; i++) {
        cr_expect_eq(count_relations(&shop, relations[i].type, relations[i].from, relations[i].to,
                                     relations[i].path),
                     1, "%s %s %s", relations[i].from, relations[i].type, relations[i].to);
    }
}

Test(kubernetes_relations, leave_out_users_who_are_no_objects) {
    cr_assert_eq(count_relations(&shop, "attached_to",
                                 "shop/RoleBinding.rbac.authorization.k8s.io/readers", NULL, NULL),
                 1);
}

Test(kubernetes_relations, of_a_disk_name_alone_are_inferred) {
    size_t inferred = 0;
    for (const struct ix_json *r = ix_json_first(shop.records); r; r = ix_json_next(r)) {
        inferred += text_is(r, "basis", "inferred");
        cr_expect(!text_is(r, "basis", "inferred") || text_is(r, "to_id", "disk-2"));
    }
    cr_assert_eq(inferred, 1);
}

/* ---- selectors ---- */

static void check_selected(const char *from, size_t count) {
    cr_expect_eq(count_relations(&shop, "selects", from, NULL, NULL), count, "%s", from);
}

Test(kubernetes_relations, of_a_service_go_to_pods_and_controllers_of_its_namespace) {
    check_selected("shop/Service/web", 2);
    cr_expect_eq(count_relations(&shop, "selects", "shop/Service/web", DEPLOYMENT, NULL), 1);
    cr_expect_eq(
        count_relations(&shop, "selects", "shop/Service/web", "shop/Pod/web-5d-1", "spec.selector"),
        1);
}

Test(kubernetes_relations, of_controllers_go_to_pods) {
    check_selected(DEPLOYMENT, 1);
    check_selected("shop/ReplicaSet.apps/web-5d", 1);
}

Test(kubernetes_relations, of_an_empty_selector_go_to_everything_in_the_namespace) {
    check_selected("shop/NetworkPolicy.networking.k8s.io/all", 3);
}

Test(kubernetes_relations, obey_expressions) {
    check_selected("shop/PodDisruptionBudget.policy/some", 2);
    check_selected("shop/PodDisruptionBudget.policy/none", 0);
}

Test(kubernetes_relations, of_one_selector_end_at_a_limit_with_a_word) {
    enum { PODS = 10001 };
    struct ix_buf text = {0};
    struct collected c;
    ix_buf_add_cstr(&text, "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":"
                           "\"s\"},\"spec\":{\"selector\":{\"a\":\"b\"}}}\n");
    for (int i = 0; i < PODS; i++) {
        ix_buf_printf(&text,
                      "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p%d\","
                      "\"labels\":{\"a\":\"b\"}},\"spec\":{\"containers\":[]}}\n",
                      i);
    }
    collect_bytes(&c, "input", ix_buf_sv(&text));
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert_eq(count_relations(&c, "selects", "Service/s", NULL, NULL), PODS - 1);
    cr_assert(has_note(&c, "only the first ones"));
    collected_done(&c);
    ix_buf_done(&text);
}

Test(kubernetes_relations, of_a_service_without_a_selector_are_none) {
    struct collected c;
    collect_bytes(&c, "input",
                  IX_SV("apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {}}\n"
                        "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {a: b}}\n"
                        "spec: {containers: [{name: c}]}\n"));
    cr_assert_eq(count_records(&c, "resource"), 2);
    cr_assert_eq(count_relations(&c, "selects", NULL, NULL, NULL), 0);
    collected_done(&c);
}

Test(kubernetes_relations, of_an_access_point_reach_its_file_system_too) {
    struct collected c;
    collect_bytes(&c, "pv.yaml",
                  IX_SV("apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: efs}\n"
                        "spec: {csi: {driver: efs.csi.aws.com, "
                        "volumeHandle: 'fs-0abc::fsap-0def'}}\n"));
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_expect_eq(count_relations(&c, "represents", NULL, "fs-0abc", "spec.csi.volumeHandle"), 1);
    cr_expect_eq(count_relations(&c, "represents", NULL, "fsap-0def", "spec.csi.volumeHandle"), 1);
    collected_done(&c);
}
