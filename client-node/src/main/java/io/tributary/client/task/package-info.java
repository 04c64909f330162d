/**
 * Runs one assignment under the site's limits: checks, fetches, trains, keeps the finished update.
 * Never decides about the session and never touches a wire type.
 */
@NullMarked
package io.tributary.client.task;

import org.jspecify.annotations.NullMarked;
