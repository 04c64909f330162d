package io.tributary.federation;

/** What a certificate allows its holder to be. */
public enum Role {
  COORDINATOR("coordinator"),
  NODE("node"),
  OPERATOR("operator");

  private final String token;

  Role(String token) {
    this.token = token;
  }

  /** The word used in certificates, configuration and messages. */
  public String token() {
    return token;
  }

  /** The role of a word. */
  public static Role of(String token) {
    for (Role role : values()) {
      if (role.token.equals(token)) {
        return role;
      }
    }
    throw FederationException.of(
        ErrorKind.INVALID_ARGUMENT,
        "role",
        "\"" + token + "\"",
        "coordinator, node or operator",
        "Use one of these.");
  }
}
