/** What long-running commands have in common: logs and an orderly end. Never knows what runs. */
@NullMarked
package io.tributary.cli.service;

import org.jspecify.annotations.NullMarked;
