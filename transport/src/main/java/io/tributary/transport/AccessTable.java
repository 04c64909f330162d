package io.tributary.transport;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.Role;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which roles may call which method. A method that is not listed is nobody's.
 *
 * @param allowed full method name, such as {@code tributary.v1.Artifacts/Fetch}, to roles
 */
public record AccessTable(Map<String, Set<Role>> allowed) {
  public AccessTable {
    allowed =
        allowed.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, entry -> Set.copyOf(entry.getValue())));
  }

  /** Refuses (NOT_ADMITTED) a role that may not call the method. */
  public void check(String method, Role role) {
    Set<Role> roles = allowed.getOrDefault(method, Set.of());
    if (!roles.contains(role)) {
      String rule =
          roles.isEmpty()
              ? "no role"
              : EnumSet.copyOf(roles).stream().map(Role::token).collect(Collectors.joining(" or "));
      throw FederationException.of(
          ErrorKind.NOT_ADMITTED,
          "role for " + method,
          role.token(),
          rule,
          "Use a certificate of that role.");
    }
  }
}
