"""The regret of each base optimizer, proved from its one-step inequality."""
