"""Small trainings and measurements that fill the figures."""
