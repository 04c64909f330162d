package io.tributary.coordinator.journal;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The journal's tables and their numbered migrations. A database of an earlier version is brought
 * up to date when it is opened; one of a later version is refused before anything changes, since
 * its rows may mean what this version does not know.
 */
final class Schema {
  private static final String LOCATION = "classpath:db/migration";

  /** The newest migration of this version. */
  static final int NEWEST = 1;

  private final Flyway flyway;

  private Schema(Flyway flyway) {
    this.flyway = flyway;
  }

  static Schema of(DataSource source) {
    return of(source, List.of(LOCATION));
  }

  /** With other migrations: a test's, as a later version would have them. */
  static Schema of(DataSource source, List<String> locations) {
    return new Schema(
        Flyway.configure(Schema.class.getClassLoader())
            .dataSource(source)
            .loggers("slf4j")
            .locations(locations.toArray(String[]::new))
            .placeholders(Map.of("table_options", "STRICT"))
            .load());
  }

  /**
   * Whether a database has all migrations and no later one, by its own record: then Flyway, which
   * takes longer to load than the rest of a coordinator, has nothing to do. False where that can't
   * be read.
   */
  static boolean isNewest(DataSource source, Path file) {
    if (!Files.exists(file)) {
      return false; // a connection would make it
    }
    String query = "SELECT max(CAST(version AS INTEGER)), min(success) FROM flyway_schema_history";
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next() && rows.getInt(1) == NEWEST && rows.getInt(2) == 1;
    } catch (SQLException e) {
      return false;
    }
  }

  /** Applies what is missing. A newer schema than the newest known is refused. */
  void migrate(Path file) {
    int known = known();
    int found = applied();
    if (found > known) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          file.toString(),
          "schema " + found,
          "at most " + known,
          "Use a newer Tributary.");
    }
    flyway.migrate();
  }

  /** The newest migration that this version has; a test's may be newer. */
  int known() {
    return newest(flyway.info().all(), false);
  }

  /** The newest migration that the database has seen; 0 for an empty one. */
  int applied() {
    return newest(flyway.info().all(), true);
  }

  private static int newest(MigrationInfo[] migrations, boolean applied) {
    int newest = 0;
    for (MigrationInfo migration : migrations) {
      MigrationVersion version = migration.getVersion();
      boolean counts =
          applied ? migration.getState().isApplied() : migration.getState().isResolved();
      if (version != null && counts) {
        newest = Math.max(newest, version.getMajor().intValueExact());
      }
    }
    return newest;
  }
}
