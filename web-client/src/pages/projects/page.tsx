/**
 * The projects.
 */

import { Anchor, Container, List, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api } from '../../state/server.ts';

export function ProjectsPage() {
  const { data } = useQuery({ queryKey: ['projects'], queryFn: ({ signal }) => api.projects({}, signal) });
  return (
    <Container component="main" py="xl">
      <Title>Projects</Title>
      <List>
        {data?.projects.map((project) => (
          <List.Item key={project.project_id}>
            <Anchor component={Link} href={`/projects/${project.project_id}`}>
              {project.name}
            </Anchor>
          </List.Item>
        ))}
      </List>
    </Container>
  );
}
