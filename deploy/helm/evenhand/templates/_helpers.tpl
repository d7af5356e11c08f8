{{- /* What all of it has in common. */ -}}

{{- define "evenhand.name" -}}
{{- if contains "evenhand" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-evenhand" .Release.Name | trunc 50 | trimSuffix "-" }}{{ end -}}
{{- end }}

{{- define "evenhand.labels" -}}
app.kubernetes.io/name: evenhand
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "evenhand.selector" -}}
app.kubernetes.io/name: evenhand
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "evenhand.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- /* One container: (dict "root" $ "command" "serve" "part" .Values.web). */ -}}
{{- define "evenhand.container" -}}
- name: {{ .command }}
  image: {{ printf "%s:%s" .root.Values.image.repository (.root.Values.image.tag | default .root.Chart.AppVersion) | quote }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  args: [{{ .command }}]
  env:
    - {name: EVENHAND_FOLDER, value: /var/lib/evenhand}
    - {name: EVENHAND_HOST, value: 0.0.0.0}
    - {name: EVENHAND_PORT, value: "8321"}
    - {name: EVENHAND_METRICS_HOST, value: 0.0.0.0}
    - {name: EVENHAND_METRICS_PORT, value: "9321"}
    {{- range $name, $value := .root.Values.settings }}
    - {name: {{ $name }}, value: {{ $value | quote }}}
    {{- end }}
  envFrom:
    - secretRef: {name: {{ .root.Values.secretName }}}
  securityContext:
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: true
    capabilities: {drop: [ALL]}
  volumeMounts:
    - {name: folder, mountPath: /var/lib/evenhand}
    - {name: tmp, mountPath: /tmp}
  {{- with .part }}
  resources: {{- toYaml .resources | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "evenhand.probes" -}}
startupProbe:
  httpGet: {path: /healthz, port: watch}
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /healthz, port: watch}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /readyz, port: watch}
  periodSeconds: 3
  timeoutSeconds: 3
  failureThreshold: 1
{{- end }}

{{- define "evenhand.volumes" -}}
- name: folder
  emptyDir: {medium: Memory, sizeLimit: 64Mi}
- name: tmp
  emptyDir: {medium: Memory, sizeLimit: 64Mi}
{{- end }}

{{- /* The pods of a deployment: (dict "root" $ "command" "serve" "name" "web" "part" .Values.web). */ -}}
{{- define "evenhand.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "evenhand.name" .root }}-{{ .name }}
  labels: {{- include "evenhand.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .name }}
spec:
  replicas: {{ .part.replicas }}
  strategy:
    type: RollingUpdate
    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
  selector:
    matchLabels: {{- include "evenhand.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .name }}
  template:
    metadata:
      labels: {{- include "evenhand.labels" .root | nindent 8 }}
        app.kubernetes.io/component: {{ .name }}
      {{- with .root.Values.podAnnotations }}
      annotations: {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ .root.Values.terminationGracePeriodSeconds }}
      securityContext: {{- include "evenhand.podSecurity" .root | nindent 8 }}
      {{- with .root.Values.imagePullSecrets }}
      imagePullSecrets: {{- toYaml . | nindent 8 }}
      {{- end }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{- include "evenhand.selector" .root | nindent 14 }}
              app.kubernetes.io/component: {{ .name }}
      containers:
        {{- include "evenhand.container" . | nindent 8 }}
          ports:
            {{- if eq .name "web" }}
            - {name: http, containerPort: 8321}
            {{- end }}
            - {name: watch, containerPort: 9321}
          {{- include "evenhand.probes" .root | nindent 10 }}
      volumes: {{- include "evenhand.volumes" .root | nindent 8 }}
      {{- with .root.Values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .root.Values.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .root.Values.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end }}
