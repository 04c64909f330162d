package io.tributary.federation;

/**
 * Names a federation: one certificate authority, its coordinator and its nodes; prints as the bare
 * token.
 */
public record FederationName(String value) implements Comparable<FederationName> {
  public FederationName {
    Names.check("federation name", value);
  }

  @Override
  public int compareTo(FederationName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
