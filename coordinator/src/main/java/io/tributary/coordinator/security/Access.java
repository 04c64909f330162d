package io.tributary.coordinator.security;

import static io.tributary.federation.Role.NODE;
import static io.tributary.federation.Role.OPERATOR;

import io.tributary.federation.Role;
import io.tributary.transport.AccessTable;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which roles may call which method. A method that is not listed is open to nobody, so a new one is
 * closed until a line here opens it.
 */
public final class Access {
  private static final Set<Role> NODES = Set.of(NODE);
  private static final Set<Role> OPERATORS = Set.of(OPERATOR);
  private static final Set<Role> BOTH = Set.of(NODE, OPERATOR);

  private Access() {}

  /** The table of a coordinator, for both listeners. */
  public static AccessTable table() {
    Map<String, Set<Role>> roles = new HashMap<>();
    roles.put("tributary.v1.Participation/Join", NODES);
    roles.put("tributary.v1.Artifacts/Fetch", BOTH);
    roles.put("tributary.v1.Artifacts/Submit", NODES);
    roles.put("tributary.v1.Artifacts/Progress", NODES);
    roles.put("tributary.v1.Artifacts/Put", OPERATORS);
    roles.put("tributary.v1.Artifacts/Missing", OPERATORS);
    for (String method :
        new String[] {
          "StartRun",
          "ListRuns",
          "ShowRun",
          "WatchRun",
          "StopRun",
          "PauseRun",
          "ResumeRun",
          "Export",
          "ListNodes",
          "EvictNode",
          "Reload",
          "About"
        }) {
      roles.put("tributary.v1.Operations/" + method, OPERATORS);
    }
    for (String method : new String[] {"Check", "Watch"}) {
      roles.put("grpc.health.v1.Health/" + method, BOTH);
    }
    roles.put("grpc.reflection.v1.ServerReflection/ServerReflectionInfo", OPERATORS);
    return new AccessTable(roles);
  }
}
