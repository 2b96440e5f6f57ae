# The program as a container: docker build -t actorfed:dev --build-arg REVISION=$(git rev-parse HEAD) .
# docs/kubernetes.md says how it is run on a cluster.

FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
WORKDIR /source
ENV NUGET_PACKAGES=/packages DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
COPY build build
COPY .editorconfig global.json Directory.Build.props Directory.Packages.props ./
COPY proto proto
COPY hocon hocon
COPY src src
# The commit is part of the build's name, by which a replay knows whether the same build made the run; git itself stays outside.
ARG REVISION
# Akka.NET and TorchSharp: true, false, or nothing, which takes what restores. Of libtorch only what runs in this image is kept.
ARG AKKA
ARG TORCH
RUN --mount=type=cache,target=/packages \
    switches="$(Akka=${AKKA} Torch=${TORCH} build/switches.sh)" && \
    dotnet publish src/Host -c Release -o /app -p:SourceRevisionId=${REVISION} ${switches} && \
    rm -rf /app/runtimes/win* /app/runtimes/osx*

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble
COPY --from=build /app /app
COPY hocon /app/hocon
# The one folder that is written to, beside /tmp: runs, reports and downloaded data sets. The root file system may be read-only.
RUN install -d -o $APP_UID -g $APP_UID /var/lib/actorfed
WORKDIR /var/lib/actorfed
# The memory settings are those of the script 'actorfed' (docs/decisions/0005-memory-of-long-vectors.md).
ENV PATH=/app:$PATH \
    XDG_CACHE_HOME=/var/lib/actorfed/cache \
    DOTNET_GCgen0size=0x4000000 \
    DOTNET_GCLOHThreshold=0x200000 \
    MALLOC_ARENA_MAX=2
USER $APP_UID
ENTRYPOINT ["/app/actorfed"]
CMD ["--help"]
